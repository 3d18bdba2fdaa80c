"""Looking into mailboxes: the mail read without a database (`letters`), the server asked (`imap`)."""

"""Notices: the one outbox for all that leaves the system, to robots of groups, mail, SMS gateways and webhooks.

Owns: channels (where it goes, with secrets sealed), messages (to those of a channel, or to one person, sealed), each
attempt to send one. Promises: what was told in a transaction that committed is sent in the order of its channel, within
the channel's rate, once each unless an answer was lost; what cannot be sent lies on the desk until a person decides;
one person is written to no more often than a table allows, and of nothing that is over. Never: decides what is worth
telling, tells who somebody is (numbers of people are masked unless the channel may carry them), writes to a person by a
group, or writes a text, secret or receiver into a log.
"""

"""Questions of every shape, asked of every door as every role: none breaks it, and no answer breaks its description.

`pages` describes what has no description of its own; `asking` asks in a transaction that is taken back. What is asked
is made by schemathesis from OpenAPI documents: of the phones (contracts/openapi.json), of Open311
(contracts/open311.json), and of the pages.
"""

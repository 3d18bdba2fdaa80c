"""The gate app as it is used: a real server, a real headless Chromium, a camera that sees printed passes.

`site` is the server with its people, `link` the network between, `camera` what the phone sees, `phone` the phone,
`hand` whoever holds it. Each other module measures one figure: `ready`, `drill`, `days`, `full_disk`, `stolen`,
`screens`, `taps`; `command` tells them (`kakou bench gate`).
"""

"""The engines: each answers the whole contract of `contract.Engine`.

`answering` is what all share; `embedded` searches a folder (`folder`), `served` does so for a server and checks every
byte first, `opensearch` searches a cluster. `hits` makes the hits of a page. `open_engine` (contract) chooses.
"""

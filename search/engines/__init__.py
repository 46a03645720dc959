"""The engines: each answers the whole contract of `contract.Engine`.

`answering` is what all do alike; `embedded` searches a folder, `served` does so for a server and checks every byte
first, `opensearch` searches a cluster. `open_engine` (contract) chooses.
"""

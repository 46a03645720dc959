"""What the engine over a cluster is made of: trees become its queries, its answers become outcomes."""

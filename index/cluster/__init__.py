"""Writes the index to an OpenSearch or Elasticsearch cluster, and describes what is there.

Gives: `build_cluster`, `sync_cluster`, the client, the mapping (made from the table of fields) and the documents.
Articles are analysed here, so a cluster holds the same terms at the same positions as a folder.
"""

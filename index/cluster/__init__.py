"""Writes the index on to an OpenSearch or Elasticsearch cluster, and knows what stands there."""

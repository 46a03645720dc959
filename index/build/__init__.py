"""Builds, syncs and watches: parts of a corpus in, one commit out, in one or several processes.

Gives: `build` (full_build), `sync`, the follower behind `watch`, the worker processes (workers) with their protocol
(batches), and the cache that lets a follower read only what changed (sync_cache).
"""

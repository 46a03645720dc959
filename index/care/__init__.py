"""Maintains an index: verify it, examine it, back it up, describe it.

Gives: `verify` (every checksum), `examine` (doctor: findings with their repair), export and import (backup), `Stats`
(stats). Changes nothing, except that an import makes a commit.
"""

"""Everything around a request that is no content: settings, limits, headers, caching, telemetry.

`settings` is the table of settings; each other file registers one concern on the app. `admission` decides who waits and
who is refused, `arenas` bounds the allocator.
"""

"""Everything around a request except its content: settings, limits, headers, caching, telemetry.

`settings` is the table of settings; each other file registers one concern on the app. `admission` queues requests and
refuses those beyond.
"""

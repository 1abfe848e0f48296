"""The engine: what test data is.

Pure: no network, no database, no clock and no random state of its own. The same request gives the same
bytes on any machine, for as long as `testdata_agent.engine.version.ENGINE_VERSION` stays the same.
"""

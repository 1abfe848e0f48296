"""The two clocks that keep a batch from being forgotten. All processes go by these, so they are no settings.

A batch that waits has a deadline in the queue: a broker may lose a message, the ledger does not. One that is worked on
is held under a lease, which its process prolongs for as long as it lives.
"""

from typing import Final

#: How long after it was published a batch may wait before somebody looks whether its message is still there.
PUBLISH_WITHIN_SECONDS: Final = 3.0
#: How long a batch stays with a worker that is not heard of.
LEASE_SECONDS: Final = 5.0
#: How often a process prolongs what it holds, and hears what is to be cancelled.
RENEW_SECONDS: Final = 1.0

"""What the processes of the service, gateway and worker, do alike: read their settings, write their logs."""

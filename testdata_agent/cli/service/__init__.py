"""What `testdata up` is made of: its folder, its ports, the processes it keeps alive, the screen it shows."""

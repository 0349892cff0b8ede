"""The program: commands, the running logger, what is shown, and the machine it runs on."""

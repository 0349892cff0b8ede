"""The machine: settings files, models, devices, service and checks."""

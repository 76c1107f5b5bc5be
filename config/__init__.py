"""What the house is told: settings, site file, spoken words, queues, logging. Imports nothing of ours."""

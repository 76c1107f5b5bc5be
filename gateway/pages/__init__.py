"""Staff's pages: made on the server, good on a phone, in Danish and English. Nothing from anywhere else."""

"""What a village promised, whether it was kept, and what follows where it was not: contracts, acceptance, notices."""

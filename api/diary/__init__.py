"""The people's diary, what villagers asked for, reports and meetings."""

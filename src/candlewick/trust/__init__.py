"""How much to believe a result: chance, order, costs, number of attempts."""

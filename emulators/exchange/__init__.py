"""A simulated exchange: Binance's spot REST interface over stored candles, with books that can be checked."""

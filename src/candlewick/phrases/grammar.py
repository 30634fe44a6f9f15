"""The grammar of phrases, over the tokens of `tokens`. docs/phrases.md explains it with examples."""

from collections.abc import Iterator, Sequence

from lark import Lark
from lark.lexer import Lexer, Token

from candlewick.phrases.tokens import Word

GRAMMAR = r"""
?start: buy | sell | short | cover | filter | stop | trail | target | break_even | lock | risked | sized
      | added | leverage | wait | remove | change | timeframe | bare

buy: BUY WHEN* condition
short: SHORT WHEN* condition
cover: COVER WHEN* condition
     | COVER WHEN* OPPOSITE                         -> opposite_cover
sell: SELL WHEN* condition
    | SELL WHEN* OPPOSITE                           -> opposite
    | SELL WHEN* AFTER DURATION unless?             -> sell_after
    | SELL WHEN* AFTER NUMBER CANDLE unless?        -> sell_after
    | SELL WHEN* (AFTER | FOR)? PERCENT PROFIT?     -> sell_at
    | SELL WHEN* AFTER? COMPARE PERCENT PROFIT      -> sell_at
    | SELL WHEN* PROFIT COMPARE? PERCENT            -> sell_at
    | SELL WHEN* AFTER? COMPARE? PERCENT LOSS       -> sell_below
    | SELL WHEN* LOSS COMPARE? PERCENT              -> sell_below
unless: UNLESS PROFIT (COMPARE? PERCENT)? | UNLESS PERCENT? PROFIT
filter: FILTER WHEN* condition
bare: condition

stop: STOP AFTER? COMPARE? PERCENT LOSS? COMPARE? ENTRY?
    | PERCENT STOP
    | STOP AFTER? NUMBER TIMES? IND settings? COMPARE? PRICE?  -> range_stop
    | NUMBER TIMES? IND settings? STOP              -> range_stop
trail: TRAIL STOP? COMPARE? PERCENT (AFTER COMPARE? PERCENT PROFIT?)?
     | PERCENT TRAIL (AFTER COMPARE? PERCENT PROFIT?)?
     | TRAIL STOP? NUMBER TIMES? IND settings?      -> range_stop
     | NUMBER TIMES? IND settings? TRAIL            -> range_stop
target: TARGET AFTER? step (AND step)*
      | PERCENT TARGET later? (AND step)*
step: PERCENT PROFIT? later?
later: AFTER DURATION | AFTER NUMBER CANDLE
break_even: BREAKEVEN AFTER? COMPARE? PERCENT PROFIT?
lock: LOCK PERCENT PROFIT? AFTER COMPARE? PERCENT PROFIT?

risked: RISK PERCENT WALLET?
sized: USE (PERCENT | NUMBER) STAKE
     | USE PERCENT WALLET                           -> sized_by_wallet
added: ADD amount? AFTER? PERCENT LOSS? (AND PERCENT LOSS?)*
     | ADD amount? NUMBER TIMES EVERY PERCENT LOSS? -> added_evenly
     | ADD amount? EVERY PERCENT LOSS? COMPARE? NUMBER TIMES -> added_evenly
amount: NUMBER TIMES STAKE
leverage: USE? LEVERAGE NUMBER TIMES? | USE? NUMBER TIMES LEVERAGE
wait: WAIT NUMBER CANDLE BETWEEN_TRADES?
    | WAIT NUMBER CANDLE AFTER NUMBER STOP_LOSSES (IN_LAST NUMBER CANDLE)?  -> guard
remove: REMOVE removed (AND removed)*
removed: TARGET | TRAIL | EXITS | PROTECTIONS | LEVERAGE | ADD | BREAKEVEN | LOCK
change: CHANGE IND settings? CANDLE? INTO NUMBER
      | USE IND settings INTO IND settings          -> exchange
timeframe: (USE | CHANGE | ON | INTO)* DURATION (CANDLE | ON)*

condition: both (OR WHEN? both)*
both: unit ((AND | WHEN)+ unit)*
?unit: NOT unit                                     -> negated
     | "(" condition ")"                            -> group
     | simple
     | simple (IN_LAST | WITHIN) NUMBER CANDLE      -> recently
?simple: value relation                             -> related
       | value NOT relation                         -> related_not
       | relation                                   -> same_subject
       | value                                      -> same_relation
       | EVENT CROSSES?                             -> event
       | NUMPAIR IND CROSSES                        -> pair_crosses
       | IND NUMPAIR CROSSES                        -> pair_crosses
       | STATE? PATTERN                             -> pattern
       | PATTERN STATE                              -> pattern
       | NUMBER? CANDLE_COLOUR                      -> coloured
       | (BETWEEN | AFTER) CLOCK (AND | INTO | TO) CLOCK  -> hours
       | AFTER CLOCK                                -> hours_from
       | COMPARE CLOCK                              -> hours_from
       | ON? DAYS                                   -> days
relation: COMPARE right                             -> compares
        | CROSSES COMPARE? right?                   -> crosses
        | MOVES (FOR? NUMBER CANDLE)?               -> moves
        | MOVES IN_LAST NUMBER CANDLE               -> moves
        | TURNS                                     -> turns
        | STATE                                     -> state
        | TOUCHES right                             -> touches
        | BETWEEN right AND right                   -> lies_between
        | PERCENT COMPARE right                     -> distant
        | COMPARE PERCENT COMPARE right             -> distant
        | WITHIN PERCENT right                      -> near
        | CHANGES PERCENT span                      -> changes
        | MOVES PERCENT span                        -> changes
        | STATE PERCENT span                        -> changes
        | MOVES COMPARE PERCENT span                -> changes
span: (IN_LAST | ON | WITHIN | FOR | COMPARE) NUMBER CANDLE | (IN_LAST | ON | WITHIN | FOR | COMPARE) DURATION
?right: value | PERCENT                             -> plain

?value: product
      | value (PLUS | MINUS) product                -> calculated
?product: factor
        | product (TIMES | DIVIDED) factor          -> calculated
?factor: NUMBER                                     -> plain
       | TWICE factor                               -> doubled
       | column
column: before* core after*
      | before* PAIR (ON DURATION)?                 -> coin
before: DURATION | PAIR | PREVIOUS
after: ON DURATION | ON? PAIR | AGO
?core: PRICE                                        -> price
     | ITS                                          -> subject
     | ITS? OUT                                     -> its_output
     | ITS? length? OUT? IND settings? OUT?         -> indicator
     | ITS? length? AVERAGE PRICE? recent?          -> average
     | ITS? length? PRICE AVERAGE recent?           -> average
     | (HIGHEST | LOWEST) PRICE? (IN_LAST | ON)? NUMBER CANDLE    -> extreme
     | length (HIGHEST | LOWEST) PRICE?             -> extreme
     | NUMBER CANDLE PRICE                          -> extreme
length: NUMBER CANDLE?
recent: IN_LAST NUMBER CANDLE
settings: ARGS | NUMPAIR | NUMBER+ CANDLE? | CANDLE NUMBER

%declare BUY SELL SHORT COVER WHEN FILTER STOP TRAIL TARGET BREAKEVEN LOCK RISK STAKE USE WALLET ADD LEVERAGE
%declare WAIT REMOVE CHANGE INTO OPPOSITE AND OR NOT COMPARE CROSSES MOVES TURNS STATE TOUCHES BETWEEN WITHIN
%declare CHANGES IN_LAST FOR CANDLE PREVIOUS HIGHEST LOWEST AVERAGE ITS ON TIMES PLUS MINUS DIVIDED TWICE PROFIT
%declare LOSS AFTER UNLESS EVERY EXITS PROTECTIONS BETWEEN_TRADES STOP_LOSSES TO CANDLE_COLOUR LPAR RPAR ENTRY
%declare NUMBER PERCENT DURATION CLOCK NUMPAIR ARGS AGO IND OUT PRICE PAIR PATTERN EVENT DAYS
""".replace('"(" condition ")"', "LPAR condition RPAR")


class _Words(Lexer):
    """Hands words that are found already to the parser."""

    def __init__(self, _conf: object) -> None: ...

    def lex(self, words: Sequence[Word]) -> Iterator[Token]:  # type: ignore[override]  # what parse() was given, not text
        for number, word in enumerate(words):
            yield Token(word.type, word, start_pos=number)


PARSER = Lark(GRAMMAR, parser="lalr", lexer=_Words, start="start")

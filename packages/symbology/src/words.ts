const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Listed tickers that are words or acronyms of every day (Y2, S51): bare and as hashtags they never count, with `$` they do. */
export const stopTickers = set(`
  A ALL ARE IT ON SO FOR NOW BE CAN GO HAS AN BY OUT UP ANY SEE WELL REAL LOVE CASH OPEN PLAY FAST GOOD NICE HOPE LOW FUN EAT TWO TRUE
  POST EDIT DD USA AI OR PT IMO KEY BIG EV TA CEO YOLO ATH ONE LINK SOL UNI MKR APE
  ICE IRS CIA FBI NSA UN UK EU US USD GDP CPI IPO ETF ESG SEC FED DOJ EPS IRA NYC LA DC CA TX FL NY WHO CDC FDA NFL NBA MLB NHL UFC WWE BBC
  CNN ABC CBS NBC HBO GOP DNC MAGA NATO NASA LGBT BTS ART CAT DOG CAR CARS BAR BUS SUN SKY SEA EYE EAR HAT MAN MEN BOY GIRL KID KIDS
  LIFE LIVE HOME HOUSE FOOD LAND WORK TEAM GAME GAMES PLAN PLUS BEST BOOM BUZZ CALM CARE COOL CORE COST DAY DAYS DEAL DIG EARN EASY EVER
  FIVE FOUR FREE FULL GAIN GAP GROW HE HER HIS HIM HOLD HOT HUGE ICON IDEA INFO JOB JOBS JOY JUST LOT LUCK MAIN MAX MIND MORE MOST MUST
  NEXT NET NEW NOT OLD OUR OWN PAY PEN PET PM AM POOL RACE RAIL RARE RIDE ROAD ROCK RUN SAFE SAVE SHE SHIP SITE SNOW SPOT STAR STAY STEP
  SURE TALK TEN THE TOP TOWN TRIP VERY VIEW VOTE WAY WE WIN WIND WISH YES YOU YOUR ZERO OMG LOL LMAO WTF IDK TBH NSFW FYI AMA DM RIP BRB
  BIO CV HR IT PC TV DVD USB CPU GPU RAM API APP APPS WEB WIFI GPS DNA HIV AIDS COVID ADHD PTSD HOA ATM PIN VIP DIY FAQ ETA ASAP TBD NA
  AND BUT HIGH BUY SELL LONG MOON RISE PUMP CORN EGGS MEAT BEEF MILK NUT SON DAD MOM MAMA BABY PAPA CRY CUT DIE EGO FLY FIT FIX GAS GEL
  HUT INN JAM JET KIT LAB LAW LEG LIT LOOP MET MIX MUD NAP OIL PAR PATH PEAK PICK PIE PLAY PORT PUMP RAY RED RICH ROOT SALE SAND SELF
  SEED SHOP SILK SITE SNAP SOLO SPIN TALK TAP TAX TEA TELL TILE TRUST VAN VET WAVE WEST WOW ZIP MATH WTI TSE RBC LNG CAC EOD CEE MLP CEF PFD ASX SPX NDX VIX HELP HERE THIS THAT THEY WHAT WHEN
`);

/** Words that tell that money is meant (S51, S52). */
export const financeCues = set(`
  stock stocks share shares shareholder shareholders ticker tickers equity equities earnings revenue revenues guidance dividend dividends
  eps ipo buyback buybacks split merger acquisition quarter quarterly q1 q2 q3 q4 fiscal profit profits profitable loss losses margin
  margins sales forecast outlook estimate estimates beat beats missed analyst analysts upgrade upgraded upgrades downgrade downgraded
  downgrades rating valuation undervalued overvalued cap marketcap market markets price prices priced trade trades traded trading trader
  traders invest invested investing investor investors investment investments portfolio holding holdings position positions buy buying
  bought sell selling sold long short shorted shorting shorts squeeze call calls put puts option options strike expiry leaps contracts
  bull bulls bullish bear bears bearish rally rallied rallying surge surged surges plunge plunged plunges tumble tumbled tumbles soar
  soared soars dip dips dipped crash crashed rebound breakout resistance support chart charts candle volume volatility gains gain
  green red moon mooning pump pumped dump dumped hodl bag bags bagholder tendies etf etfs fund funds hedge nasdaq nyse dow s&p wallstreet
  broker brokerage coin coins token tokens crypto wallet blockchain altcoin altcoins defi staking premarket afterhours futures bonds
  yield treasury rebalance rebalanced accumulate accumulating averaged loaded loading tp sl roi pe p&l pnl usd
`);

/** Names of the register that nearly always mean something else: months, days, indices, words of the trade. A cashtag still names them. */
export const stopNames = set(`
  jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday dow nasdaq bullish news bill senior bancorp ball crypto uptrend api team
  interface integer perfect honest hello nice cool universal employers emerging intelligent sound city track paid ten freedom
`);

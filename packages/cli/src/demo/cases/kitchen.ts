import type { DemoCase } from "./DemoCase.ts";

export const kitchen: ReadonlyArray<DemoCase> = [
  {
    title: "Why bread goes stale",
    document:
      "Bread becomes stale even when it loses no water. During baking, starch grains swell and their long molecules come apart. As the loaf cools and stands, the molecules slowly line up again and force out water, which moves from the crumb to the crust. The crumb turns firm and dry to the touch while the crust becomes leathery. The change is quickest just above freezing, so a refrigerator is the worst place for a loaf. In a freezer it nearly stops. Warming stale bread to about sixty degrees loosens the starch and makes it soft again for an hour or so.",
    expected:
      "Bread goes stale because its starch realigns and pushes water from crumb to crust, fastest in the refrigerator; freezing prevents it and warming reverses it for a while.",
    output:
      "Bread goes stale because starch molecules realign and push water out of the crumb. This happens fastest in the refrigerator, nearly stops in the freezer, and warming reverses it for a while.",
  },
  {
    title: "Salting aubergines",
    document:
      "Old recipes ask for sliced aubergine to be salted and left for half an hour before frying. The reason given was bitterness, but modern varieties are seldom bitter. Salting still does something useful. It draws water out and collapses the air pockets in the spongy flesh, so that the slices take up much less oil in the pan. The same can be had by steaming them for four minutes or by heating them in a microwave oven until they wilt. Whatever the method, the slices should be patted dry, because wet ones spatter and stew instead of browning.",
    expected:
      "Salting aubergine is no longer needed against bitterness, but it collapses the spongy flesh so that slices soak up less oil; steaming works too.",
    output:
      "Aubergines used to be salted against bitterness. Today the point is that salt draws out water and the slices absorb less oil. Steaming does the same.",
  },
  {
    title: "Storing potatoes",
    document:
      "Potatoes keep for months in a dark place between six and ten degrees with some movement of air. Light makes them turn green and form solanine, a bitter substance that can upset the stomach; green parts should be cut away generously. In a refrigerator starch turns to sugar, and the potatoes then brown too fast when fried. Onions should not lie beside them, because the moisture and gases each gives off make the other spoil. A paper sack or a slatted box is better than a plastic bag. Sprouts may be rubbed off as long as the tuber is still firm.",
    expected:
      "Keep potatoes dark, cool and airy, away from onions and out of the refrigerator; light turns them green and bitter, and cold turns their starch to sugar.",
    output:
      "Potatoes are one of the world's most popular vegetables and can be enjoyed in many ways. There are several things to think about when it comes to storing them. In conclusion, it is always important to store potatoes in a good place so that they keep well for as long as possible.",
  },
  {
    title: "Tempering chocolate",
    document:
      "Cocoa butter can harden in six crystal forms, and only one of them gives chocolate its gloss and its clean snap. To get it, dark chocolate is melted at about 48 degrees, which destroys all crystals, cooled to 28 while it is stirred, and warmed again to 31 or 32. The last step melts the unwanted forms and leaves the right one to seed the rest. A strip of paper dipped in the chocolate should set within five minutes without streaks. Chocolate that is overheated, or that catches a drop of water, turns dull or grainy and has to be started again.",
    expected:
      "Tempering melts, cools and gently rewarms chocolate so that cocoa butter sets in the one crystal form that gives gloss and snap.",
    output:
      "Tempering means melting chocolate, cooling it with stirring and warming it slightly again, so that the cocoa butter sets in the one crystal form that gives gloss and snap.",
  },
  {
    title: "Soaking beans",
    document:
      "Dried beans cook faster and more evenly when they have been soaked. Eight to twelve hours in cold water doubles their weight and cuts the cooking time by about a third. The quick way is to boil them for two minutes and leave them covered for an hour. Salt in the soaking water does not toughen the skins, contrary to what is often said; it makes them softer. Acid does slow the cooking, so tomatoes and vinegar belong in the pot near the end. Red kidney beans must boil hard for ten minutes, since they contain a substance that causes illness when they are undercooked.",
    expected:
      "Soaking beans shortens and evens out cooking, and salt helps while acid slows it. Kidney beans must boil hard for ten minutes to be safe.",
    output:
      "Soaked beans cook a third faster. Never salt the water, because salt toughens the skins, and add tomatoes at the beginning.",
  },
  {
    title: "A stockpot rota",
    document:
      "The kitchen of a care home makes its own stock twice a week. Bones and trimmings are collected in a marked tray in the freezer, and on Monday and Thursday the early shift starts the large pot before breakfast. It simmers until two in the afternoon, never at a full boil, and is strained into shallow trays so that it falls below eight degrees within ninety minutes. Each tray is labelled with the date and used within three days or frozen. Since the rota began the kitchen buys no powdered stock, and the amount of bone waste has gone down by half.",
    expected:
      "A care home kitchen makes stock on Mondays and Thursdays, cools it quickly and uses it within three days, which has replaced powder and halved bone waste.",
    output:
      "A care home makes stock every Monday and Thursday from saved bones. It is chilled fast, labelled and used within three days, so powdered stock is no longer bought and waste has halved.",
  },
  {
    title: "Egg foams",
    document:
      "Whisking egg white unrolls its proteins, which link into a net around bubbles of air. A trace of fat stops this, so bowls must be clean and no yolk may get in. A pinch of acid, such as cream of tartar or lemon juice, slows the linking and makes the foam harder to overbeat. Sugar steadies it further but should be added when soft peaks have formed, because it delays the rise if it goes in early. An overbeaten foam looks like cotton wool and leaks water; stirring in a fresh white will sometimes rescue it. Copper bowls do what the acid does.",
    expected:
      "Egg white foams need clean bowls without fat; a little acid prevents overbeating, and sugar is best added at soft peaks.",
    output:
      "For a good foam use a clean bowl with no fat or yolk, add a little acid against overbeating, and add the sugar once soft peaks appear.",
  },
  {
    title: "Choosing a frying oil",
    document:
      "What matters for frying is the temperature at which an oil begins to smoke. Refined sunflower, rapeseed and peanut oil stay clear up to about 225 degrees and suit deep frying. Cold-pressed oils carry small particles that burn much earlier, and butter browns at 150 because of the milk in it. Clarified butter, from which the milk has been removed, stands 250. Used oil may be kept if it is strained and stored in the dark, but it smokes a little earlier each time. When it foams, smells sharp or has turned dark, it should go to the collecting point and not down the drain.",
    expected:
      "Refined oils and clarified butter suit frying because they smoke only at high temperatures; strained oil can be reused until it foams, smells or darkens, and must not go down the drain.",
    output: "Oil gets hot.",
  },
  {
    title: "Pressing apples",
    document:
      "A parish press opens on five Saturdays in autumn. People bring their own fruit, at least forty kilograms, washed and without rotten spots. The mill grinds it, the press takes about an hour a load, and the juice runs through a heater at 78 degrees into five-litre bags, which keep for a year unopened. Forty kilograms give roughly twenty-five litres. The pulp goes to a neighbouring farm as feed. Volunteers run the mill, the press and the heater; those who bring fruit wash the cloths. Places are given by telephone, and in a good year they are gone by the end of August.",
    expected:
      "On five autumn Saturdays people can have at least forty kilograms of their own apples pressed and bottled by volunteers; places must be booked early.",
    output:
      "A parish press run by volunteers turns at least forty kilograms of people's own apples into heated, bagged juice on five autumn Saturdays. Places are booked by telephone and go early.",
  },
];

import type { DemoCase } from "./DemoCase.ts";

export const weather: ReadonlyArray<DemoCase> = [
  {
    title: "How dew forms",
    document:
      "On a clear, still night the ground loses heat to the sky faster than the air above it does. Grass blades, car roofs and spider webs cool first because they are thin and exposed. When their surface falls below the dew point of the air, water vapour condenses on them as small drops. Cloud slows the loss of heat, and wind mixes warmer air down to the surface, so cloudy or breezy nights leave little dew. If the surface is below freezing, the vapour turns straight into ice and we call it frost instead.",
    expected:
      "Dew forms on clear, calm nights when exposed surfaces cool below the dew point and water vapour condenses on them; below freezing it becomes frost.",
    output:
      "Dew forms on clear, still nights when exposed surfaces cool below the dew point and vapour condenses on them. Below freezing it becomes frost.",
  },
  {
    title: "Sea breeze",
    document:
      "Land warms faster than water. By late morning on a sunny day the air over a coast has been heated from below, becomes lighter and begins to rise. Cooler air from over the sea moves in underneath to take its place, and this is the sea breeze. It usually starts near the shore, strengthens through the afternoon and can reach thirty kilometres inland. After sunset the land cools quickly, the sea stays mild, and the flow turns round into a weaker land breeze. Sailors plan their afternoons by it, and towns on the coast are spared the worst of the heat.",
    expected:
      "A sea breeze blows inland during sunny afternoons because land heats faster than the sea, and it reverses into a weak land breeze after sunset.",
    output:
      "Because the land heats up more quickly than water, cool sea air flows inland on sunny afternoons. At night the direction changes and a weaker breeze blows from the land.",
  },
  {
    title: "Reading a barometer",
    document:
      "A barometer measures the weight of the air above it. The figure itself matters less than the way it changes. A slow rise over a day or more points to settled weather. A slow fall means that a depression is coming nearer and that wind and rain are likely within a day. A rapid fall, more than three hectopascals in three hours, warns of a gale. Height also counts: pressure drops by about one hectopascal for every eight metres climbed, so an instrument must be set for the place where it hangs before its reading can be compared with a weather map.",
    expected:
      "The change in a barometer's reading matters more than the figure: rising pressure means settled weather, a fall means wind and rain, and a rapid fall a gale. It must be set for the height of the place.",
    output:
      "A barometer measures air pressure. A rise means settled weather, a slow fall means rain and wind, and a rapid fall warns of a gale.",
  },
  {
    title: "Why fog clears",
    document:
      "Radiation fog gathers in valleys on long autumn nights. It is a thin layer, often no more than a hundred metres deep, and it needs the air near the ground to stay cold. In the morning sunlight passes through the top of the layer and warms the soil a little. The warm soil heats the lowest air, drops evaporate, and the fog thins from below, lifting into low cloud before it breaks. In midwinter the sun may be too weak to do this, and the fog then stays until a wind arrives and mixes it with drier air.",
    expected:
      "Valley fog clears when the morning sun warms the ground and evaporates it from below; in midwinter it may last until wind mixes in drier air.",
    output: "Fog is made by factories and traffic in the valleys, and it clears in the evening when people go home.",
  },
  {
    title: "Hail",
    document:
      "Hail grows inside tall thunderclouds with strong upward currents. A frozen drop is carried up through water that is colder than freezing but still liquid. The water freezes onto it, layer upon layer. When the stone becomes too heavy for the current it falls, sometimes only to be caught again lower down. A stone cut in half shows rings of clear and milky ice, which record where water froze slowly and where it froze at once. Most hailstones are smaller than a pea, but long-lived storms can make stones as large as an orange, which strip leaves and dent cars.",
    expected:
      "Hailstones grow in thunderclouds as strong updraughts carry ice through supercooled water that freezes on in layers, until the stones are too heavy and fall.",
    output:
      "Hail grows inside tall thunderclouds with strong upward currents. A frozen drop is carried up through water that is colder than freezing but still liquid. The water freezes onto it, layer upon layer. When the stone becomes too heavy for the current it falls, sometimes only to be caught again lower down. A stone cut in half shows rings of clear and milky ice.",
  },
  {
    title: "Wind chill",
    document:
      "A thermometer shows the same temperature in wind and in still air, yet skin does not feel the same. A body warms a thin layer of air around itself, and wind strips this layer away, so heat is lost faster. Wind chill tables turn temperature and wind speed into the still-air temperature that would cool bare skin at the same rate. They apply to people and animals only. A water pipe or an engine cools faster in wind, but it never falls below the temperature of the air, so it will not freeze at two degrees however hard the wind blows.",
    expected:
      "Wind chill describes how much faster bare skin loses heat in wind. It does not lower the temperature of objects, which never cool below that of the air.",
    output:
      "Wind chill says how cold bare skin feels because wind removes the warm layer of air around it. Objects cool faster in wind, but not below the air temperature.",
  },
  {
    title: "A rain gauge at school",
    document:
      "Pupils of a village school have kept a rain gauge since September. It stands on a post in the middle of the playing field, two gauge heights away from the nearest shrub, and is read each school day at nine. Weekend rain is measured on Monday and noted as a three-day total. So far November has been the wettest month, with 131 millimetres, and one night in October brought 38. The class found that the gauge under the oak, set up for comparison, caught a third less rain while the tree had leaves and nearly the same once they had fallen.",
    expected:
      "A school's daily rain readings show November as the wettest month so far, and a second gauge under an oak caught a third less rain while the tree was in leaf.",
    output:
      "Pupils measure rain every day at nine. November was the wettest month so far with 131 millimetres, and a gauge under an oak caught a third less while the tree had leaves.",
  },
  {
    title: "Thunder and distance",
    document:
      "Light reaches an observer almost at once, while sound needs about three seconds for each kilometre. Counting the seconds between a flash and its thunder and dividing by three therefore gives the distance of the stroke in kilometres. Thunder is rarely heard beyond twenty kilometres, because warm air near the ground bends the sound upward. A rumble lasts long because the channel of a stroke is several kilometres in length and its parts lie at different distances. If the count is under ten, the storm is close enough for the next stroke to hit where you stand, and it is time to go indoors.",
    expected:
      "Dividing the seconds between flash and thunder by three gives the distance in kilometres; below ten seconds one should go indoors.",
    output: "Count the seconds.",
  },
];

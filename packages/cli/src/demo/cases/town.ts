import type { DemoCase } from "./DemoCase.ts";

export const town: ReadonlyArray<DemoCase> = [
  {
    title: "New bus timetable",
    document:
      "From the first Monday in March the town buses run every ten minutes instead of every fifteen on weekdays between seven and nineteen. In return two stops close: the one by the old dairy, which fewer than twenty passengers used a day, and the one in Mill Lane, which lies 150 metres from the next. Evening buses now wait five minutes at the station for the late train from the coast. Tickets cost the same. The council will count passengers until the summer and decide in September whether the denser service stays, which needs about six hundred more riders each day.",
    expected:
      "From March weekday buses run every ten minutes, two little-used stops close and late buses wait for the train; in September the council decides from passenger counts whether this stays.",
    output:
      "From March buses run every ten minutes on weekdays and two stops close. Evening buses wait for the late train. In September the council decides, from passenger counts, whether the service stays.",
  },
  {
    title: "Bulky waste by appointment",
    document:
      "Bulky waste is no longer collected on fixed days. Residents now register it by telephone or online, are given a date within three weeks and put the things on the pavement after eighteen o'clock the evening before. Two cubic metres a household are free twice a year. Refrigerators and screens are taken along but must stand apart; paint, tyres and building rubble are refused and can be brought to the depot. In the trial year illegal dumping fell by a third, because piles no longer stand about for days and attract more. Things still usable can be offered in the reuse hall on Saturdays.",
    expected:
      "Bulky waste is now collected by appointment within three weeks, two cubic metres free twice a year, which has cut illegal dumping by a third.",
    output:
      "Bulky waste is collected by appointment. Households may give two cubic metres free of charge twice a year, and illegal dumping has fallen by a third.",
  },
  {
    title: "The library of things",
    document:
      "Since spring the town library lends not only books but also a drill, a carpet cleaner, a sewing machine, two tents and a telescope. There are 140 things by now, most of them donated. A library card is enough, loans last one week, and a deposit is asked for only above two hundred in value. The drill has been out every single week. Volunteers check each returned thing on Thursday evenings and repair what they can. The shelf most in demand after tools is the one with cake tins. What the library lacks is space, and it asks for a dry garage near the market.",
    expected:
      "The town library now lends about 140 mostly donated objects for a week each; tools and cake tins are the most popular, and it is looking for storage space.",
    output: "The library has stopped lending books and now sells donated tools and cake tins on Thursday evenings.",
  },
  {
    title: "Street lamps dimmed",
    document:
      "The council has replaced 1,900 sodium lamps with diodes and dims them to forty per cent between one and five in the morning, except at crossings and outside the hospital. Electricity for lighting has fallen by 64 per cent, and the change will have paid for itself in six years. Complaints came mainly from one street where the new lamps shone into bedrooms; shields were fitted within a week. The colour is warmer than first planned, since insects are drawn less to yellowish light. The police see no increase in accidents or burglaries so far and will report again after two winters.",
    expected:
      "New dimmed diode street lamps save 64 per cent of electricity and pay for themselves in six years, with no rise in accidents or burglaries so far.",
    output:
      "The town has replaced 1,900 lamps with diodes that are dimmed at night. This saves 64 per cent of electricity, and neither accidents nor burglaries have increased so far.",
  },
  {
    title: "Swimming pool hours",
    document:
      "The indoor pool closes for eleven days in August so that the filters can be changed and the tiles in the small basin relaid. The sauna stays open, reached through the side door. From September there is early swimming on Tuesdays and Fridays from six, two lanes of which are kept for people who want to swim slowly. School classes have the pool on weekday mornings from eight to twelve; the public may use the two outer lanes during that time. Family tickets are now valid for three hours instead of two. Lost keys for the lockers cost fifteen, as before.",
    expected:
      "The pool closes for eleven days in August for repairs while the sauna stays open; from September there is early swimming twice a week, and family tickets last three hours.",
    output:
      "The indoor pool is closed for eleven days in August, but the sauna stays open. From September there is early swimming on Tuesdays and Fridays, and family tickets are valid for three hours.",
  },
  {
    title: "Hard water notice",
    document:
      "Because the northern well is being cleaned, the eastern part of town will get its drinking water from the deep borehole until the end of November. That water is safe and is tested daily, but it is much harder, about 21 degrees instead of nine. Kettles and coffee machines will fur up faster and should be descaled every two weeks. Dishwashers need a higher salt setting, and detergent should be measured for hard water. Aquarium owners are advised to mix in rainwater. A pale film on tea is lime and harmless. The water works will publish the date of the change back three days ahead.",
    expected:
      "Until the end of November the eastern part of town receives safe but much harder borehole water, so appliances need descaling and higher salt and detergent settings.",
    output:
      "The eastern part of town receives harder water from a borehole until the end of November while a well is cleaned. It is safe, but appliances must be descaled more often and need other settings.",
  },
  {
    title: "A playground rebuilt",
    document:
      "The playground by the canal reopens on Saturday after eight weeks. Children from the two nearest schools had drawn what they wanted, and three wishes came up in nearly every drawing: water to dam, something high, and a place to sit where adults cannot hear. The result is a pump with a clay channel, a net tower of six metres, and a hut of woven willow. The old swings were kept at the request of the kindergarten. The ground is bark instead of rubber, which is cheaper, cooler in summer and has to be topped up every two years. Shade sails follow in May.",
    expected:
      "The canal playground reopens with a water pump, a six-metre net tower and a willow hut, all based on children's drawings; shade sails follow in May.",
    output: "It reopens on Saturday.",
  },
  {
    title: "Repair evening",
    document:
      "On the last Wednesday of the month people bring broken things to the fire station and mend them together with volunteers. In the past year 412 objects were carried in and 267 carried out working. Lamps and toasters succeed most often, while printers hardly ever do, mainly because their cases cannot be opened without breaking. Each object is weighed, and by that count the evenings have kept nearly a tonne from the tip. Spare parts are paid for by the owner, work is free, and there is a box for donations. People with knowledge of sewing machines are wanted most urgently.",
    expected:
      "At the monthly repair evening volunteers help mend broken things; 267 of 412 objects were repaired last year, and helpers who know sewing machines are wanted.",
    output:
      "At a monthly repair evening in the fire station volunteers help people mend things: last year 267 of 412 objects. Lamps often succeed and printers rarely. Helpers for sewing machines are wanted.",
  },
];

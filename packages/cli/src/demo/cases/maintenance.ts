import type { DemoCase } from "./DemoCase.ts";

export const maintenance: ReadonlyArray<DemoCase> = [
  {
    title: "Log: boiler room",
    document:
      "Monday 06:40. Boiler 2 locked out overnight with a flame failure. Reset once, ran for ten minutes, locked out again. Gas pressure at the inlet normal. Ignition electrode found with a carbon bridge and its gap too wide; cleaned and set to three millimetres. The flame sensor showed four microamperes, which is low, so it was replaced from stock. Ran two hours without fault. Boiler 1 carried the building in the meantime, and the supply fell to 58 degrees for about forty minutes. Ordered one more sensor and one set of electrodes. Next inspection of both burners moved forward to the end of the month.",
    expected:
      "Boiler 2 failed overnight because of a dirty ignition electrode and a weak flame sensor; both were put right, boiler 1 covered meanwhile, and the next inspection was moved forward.",
    output:
      "Boiler 2 locked out overnight. The ignition electrode was cleaned, the weak flame sensor replaced, and the boiler ran without fault. The inspection of both burners was moved forward.",
  },
  {
    title: "Log: escalator B",
    document:
      "Scheduled service of escalator B, station side. Step chain lengthened by 1.4 per cent, limit is two; note for next year. Two comb plates with broken teeth replaced. Handrail on the left ran two per cent slower than the steps, tension corrected. Emergency stop buttons tested at top, middle and bottom: the middle one reacted only when pressed hard, contact block replaced. Brake distance without load 38 centimetres, within tolerance. Lubricator half empty and filled. A child's glove and nine coins removed from the pit. Back in service at 11:20, twenty minutes ahead of plan. No follow-up needed before the yearly inspection.",
    expected:
      "In its scheduled service escalator B received new comb plates, a handrail adjustment and a new stop-button contact; the chain is worn but within limits, and service resumed early.",
    output:
      "Scheduled service of escalator B: comb plates and one stop button contact replaced, handrail tension corrected. The chain has lengthened but is still within the limit. It was back in service early.",
  },
  {
    title: "Log: cold store alarm",
    document:
      "Alarm at 02:14, cold store 3 at minus 14, set point minus 20. The night porter found the door closed but its seal iced up over forty centimetres. Evaporator completely white with frost. Started a manual defrost, which took 50 minutes; afterwards the temperature came down again and reached the set point at 05:30. Goods were checked by thermometer in five places, the warmest at minus 15, so nothing was thrown away. Cause: the heating wire of the door seal is dead, and moist air was drawn in. Temporary strip curtain hung up. Electrician booked for Thursday, seal to be ordered at once.",
    expected:
      "Cold store 3 warmed to minus 14 because the door seal's heating wire had failed and frost blocked the evaporator; after a defrost it recovered, no goods were lost, and a repair is booked.",
    output:
      "An alarm at night was caused by somebody leaving the door of cold store 3 open. All goods had to be thrown away.",
  },
  {
    title: "Log: pumping station",
    document:
      "Storm on Saturday evening, 42 millimetres in two hours. Inflow rose above the capacity of pumps 1 and 2 at 19:50, and pump 3 started automatically. Pump 1 tripped at 20:15 on overcurrent. Level reached 3.1 metres; the overflow sill is at 3.4. Duty engineer on site at 20:50, lifted pump 1, removed a tangle of wet wipes and twine from the impeller, refitted, running again at 22:05. No overflow occurred. Bearings sounded normal. It is the third blockage of this kind since April. Proposed once more: a coarse screen ahead of the wet well, and a leaflet for the streets upstream.",
    expected:
      "During a storm pump 1 was blocked by wet wipes but was cleared before the station overflowed; after the third such blockage since April a screen and a leaflet are proposed.",
    output:
      "In a storm pump 1 tripped because wet wipes had blocked it. It was cleared and no overflow happened. Since this was the third blockage since April, a screen and a leaflet are proposed.",
  },
  {
    title: "Log: bell tower clock",
    document:
      "The tower clock lost four minutes over the past week. Checked the pendulum: period correct. Found that the hands of the west face touch a bird's nest at twenty to the hour, which holds them until the clutch slips. The nest is empty and was removed with permission. Oiled the pivots of the motion work, ten drops in all. The night-time silence switch, which keeps the bells quiet from ten to six, was an hour late after the change to summer time; corrected. A leaking slate above the east ladder has wetted the second landing, reported to the roofer. Clock set by radio signal.",
    expected:
      "The tower clock lost time because a bird's nest caught the west hands; the nest was removed, the clock oiled and set, the silence switch corrected and a leaking slate reported.",
    output:
      "A nest on the west face held the clock's hands, so it lost four minutes. The nest is gone, the clock was oiled and set, the silence switch was corrected, and a leak was reported.",
  },
  {
    title: "Log: server room cooling",
    document:
      "Unit A showed a rising return temperature from 09:00, at 10:30 it was 29 degrees with a set point of 24. Unit B went to full speed and held the room at 26. Filter of unit A found blocked with fine grey dust, although it was changed only five weeks ago; the intake draws from the corridor where a floor is being ground this month. Filter replaced, temperatures normal by 11:15. Asked the building site to hang a dust curtain and to work with extraction. Until the grinding is finished the filters will be looked at every Monday. No machine had to be switched off.",
    expected:
      "Cooling unit A overheated because dust from floor grinding blocked its filter; it was replaced, no machines were lost, and filters are now checked weekly until the work ends.",
    output:
      "Unit A became too warm because its filter was blocked with dust from floor grinding in the corridor. The filter was replaced, no machine had to be switched off, and the filters are checked every Monday until the work is finished.",
  },
  {
    title: "Log: ferry ramp",
    document:
      "Before the first crossing the bow ramp closed with a jerk and leaked at the port side. The hydraulic pressure swung between 140 and 175 bar. Bled air from the port cylinder, swing gone. The rod seal of that cylinder weeps about a spoonful an hour, which is acceptable until the docking in ten days. Rubber lip of the ramp torn over thirty centimetres; patched with a spare piece and six clamps, tight in the hose test. Crossing times were kept apart from the 06:10, which left twelve minutes late. Deck crew told to watch for oil on the ramp and to spread sand if needed.",
    expected:
      "Air in a hydraulic cylinder made the ferry's bow ramp jerk and a torn lip made it leak; both were fixed for now, one crossing was late, and a weeping seal waits for docking.",
    output:
      "There was a problem with the ramp and it was repaired. The crew was informed. Everything is fine again now, and the crossings continue.",
  },
  {
    title: "Log: greenhouse vents",
    document:
      "Roof vents in bay 4 stayed shut on Sunday although the air had reached 36 degrees. Seedlings on the upper bench wilted; about a tenth will not recover. The motor runs, but the rack has jumped off its pinion because the end switch was bent, probably by the ladder during last week's cleaning. Rack refitted, switch straightened and tested twenty times. The alarm did not reach anyone, since the telephone number stored was that of a colleague who has retired; the new number was entered and a test call made. Suggest a second sensor with its own alarm, and a mark on the floor for the ladder.",
    expected:
      "Vents in bay 4 failed to open because a bent end switch let the rack jump, and the alarm called an outdated number; a tenth of the seedlings were lost, and both faults are fixed.",
    output:
      "Roof vents in bay 4 stayed shut on Sunday because an end switch was bent and the rack had come off. A tenth of the seedlings died. The alarm went to an old number, which has been changed.",
  },
  {
    title: "Log: fire doors",
    document:
      "Quarterly round of the 46 fire doors in the east wing. Forty close and latch by themselves from any angle. Doors 7 and 12 stopped a hand's breadth short: closers adjusted, now in order. Door 19 was held open with a wedge again; wedge removed, and the department asked for a magnetic holder that releases with the alarm, cost noted. Door 23 has a gap of nine millimetres at the threshold, four are allowed; joiner ordered. Doors 31 and 38 lack the sign on the corridor side, signs put up the same day. Open points: the holder for 19 and the threshold of 23.",
    expected:
      "Of 46 fire doors 40 were in order; four were put right at once, and a magnetic holder for door 19 and the threshold of door 23 remain open.",
    output:
      "46 fire doors were checked and 40 had no faults. Doors 7, 12, 31 and 38 were put right. Still open are a holder for door 19 and the threshold of door 23.",
  },
];

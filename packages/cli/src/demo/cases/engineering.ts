import type { DemoCase } from "./DemoCase.ts";

export const engineering: ReadonlyArray<DemoCase> = [
  {
    title: "Expansion joints",
    document:
      "A steel bridge 200 metres long grows by about twelve centimetres between a cold winter night and a hot summer afternoon. If its ends were fixed, the force would buckle the deck or push the abutments apart. So one end rests on rollers or sliding pads, and the gap to the road is closed by an expansion joint: interlocking steel fingers on long spans, a rubber profile on short ones. The joint is the part of a bridge that wears out first. Grit wedges in it, salt water leaks through it onto the bearings below, and every passing lorry hammers its edges.",
    expected:
      "Bridges change length with temperature, so one end slides and an expansion joint closes the gap; exposed to grit, salt and traffic, the joint is the first part to wear out.",
    output:
      "Bridges grow and shrink with temperature, so one end can slide and a joint closes the gap to the road. Because of grit, salt and traffic this joint wears out first.",
  },
  {
    title: "Why bolts come loose",
    document:
      "A tightened bolt is a stretched spring. It holds two parts together by the friction between them, and as long as the clamping force is greater than the load, the joint does not move. Trouble begins when it slips sideways. Every slip lets the thread turn back a little, and after a few hundred cycles the nut can be spun off by hand. Spring washers hardly help. What does help is a longer bolt, which loses less force when the surfaces settle, a higher preload, wedge-shaped locking washers, or a drop of thread adhesive. Marking nut and plate with a line of paint shows movement at a glance.",
    expected:
      "Bolts come loose when the joint slips sideways under load; longer bolts, higher preload, wedge washers or adhesive prevent it, while spring washers hardly help.",
    output: "Spring washers are the best protection against bolts coming loose, and adhesive should be avoided.",
  },
  {
    title: "How a heat pump works",
    document:
      "A heat pump moves heat instead of making it. A liquid with a very low boiling point evaporates in a coil outdoors and takes up heat from the air or the ground, even when it is cold there. A compressor squeezes the vapour, which becomes hot, and in a second coil it gives its heat to the water of the heating system and turns liquid again. A valve lets the pressure drop and the cycle begins anew. For each kilowatt hour of electricity three to four of heat come out. The smaller the difference between source and heating water, the better the figure, so large radiators pay.",
    expected:
      "A heat pump evaporates a fluid outdoors and compresses the vapour to deliver three to four times the energy it uses as heat, most efficiently when the heating water need not be very hot.",
    output:
      "A heat pump moves heat: a fluid evaporates outdoors, a compressor makes the vapour hot, and it warms the heating water. It delivers three to four units of heat for each unit of electricity.",
  },
  {
    title: "Water hammer",
    document:
      "When a tap is shut quickly the water behind it has nowhere to go. Its motion turns into pressure, and a wave runs back through the pipe at more than a thousand metres a second, is reflected at the main, and returns. Each passage shakes the pipe, which is heard as a series of knocks. The pressure can reach several times the normal value and in time cracks joints and wears out valves. Closing valves slowly is the simplest cure. Where that is impossible, as with washing machines, a small chamber with an air cushion near the valve takes up the blow.",
    expected:
      "Shutting a valve quickly sends a pressure wave through the pipe that knocks and damages joints; slow valves or an air chamber prevent it.",
    output:
      "Closing a tap quickly causes a pressure wave that runs back and forth in the pipe. It knocks and can damage joints and valves; slow closing or an air chamber helps.",
  },
  {
    title: "Regenerative braking",
    document:
      "An electric train can use its motors as generators. When the driver brakes, the wheels turn the motors, the current flows back into the overhead line, and the train slows without touching the brake pads. On a hilly suburban line with many stops a quarter of the energy comes back in this way. It works only if the current has somewhere to go: another train that is climbing at the moment, a battery at the substation, or an inverter that feeds the public grid. If nobody takes it, it is burned in resistors on the roof. Mechanical brakes remain for the last few metres and for emergencies.",
    expected:
      "Electric trains can brake with their motors and return up to a quarter of the energy to the line, provided another train, a battery or the grid takes it up.",
    output: "Trains have brakes.",
  },
  {
    title: "Concrete curing",
    document:
      "Concrete does not dry, it sets: cement and water form crystals that bind sand and gravel. If the water leaves too early the reaction stops, and the surface turns dusty and cracks. Fresh concrete is therefore kept wet for a week with mats, sheets or a sprayed film. It reaches about two thirds of its final strength after seven days and nearly all of it after four weeks. Cold slows the process, and below five degrees it all but stops, so winter sites use heated tents. Adding water to make the mix easier to pour costs strength; a plasticiser does the same without harm.",
    expected:
      "Concrete hardens by a reaction that needs water, so it must be kept moist for a week and protected from cold; it gains two thirds of its strength in seven days.",
    output:
      "Concrete hardens through a chemical reaction with water. It has to stay wet for a week, reaches two thirds of its strength after seven days and hardly sets below five degrees.",
  },
  {
    title: "Lift counterweights",
    document:
      "The cabin of a lift hangs on ropes that run over a wheel to a counterweight on the other side. The weight is as heavy as the empty cabin plus half of its greatest load. A half-full cabin is therefore in balance, and the motor only has to overcome friction and set the masses in motion. Moving an empty cabin up or a full one down even gives energy back. The friction between ropes and wheel carries everything, so if the cabin or the weight lands on its buffer, the ropes go slack and the wheel slips instead of pulling on, which is a safety feature.",
    expected:
      "A lift's counterweight equals the empty cabin plus half the load, so that the motor has little to lift; rope friction drives the lift and slips safely if either side lands.",
    output:
      "The counterweight of a lift weighs as much as the empty cabin plus half its load. This means the motor needs little force, and some trips even give energy back.",
  },
  {
    title: "Testing a dam",
    document:
      "Engineers watch an old gravity dam through small numbers. Plumb lines in its shafts show how far the crest leans: a few millimetres downstream when the lake is full and cool, back again in summer when the sun warms the dry face. Weirs in the gallery measure the seepage, normally less than a litre a second. Pressure cells under the foundation tell whether water is lifting the wall. No single reading means much. What matters is whether the dam still behaves as it did in other years at the same level and temperature. A change without a cause is followed by divers and drills.",
    expected:
      "A dam is monitored by its lean, seepage and foundation pressure, and any reading that differs from earlier years at the same level and temperature is investigated.",
    output:
      "Engineers monitor a dam's lean, its seepage and the pressure beneath it. They compare readings with former years at the same level and temperature, and look into unexplained changes.",
  },
];

import type { DemoCase } from "./DemoCase.ts";

export const science: ReadonlyArray<DemoCase> = [
  {
    title: "Why the sky is blue",
    document:
      "Sunlight contains all colours. On its way through the air it meets molecules far smaller than its wavelength, and these scatter short waves much more than long ones: blue about four times as strongly as red. Scattered blue light reaches the eye from every direction, so the whole sky looks blue, while the sun itself appears slightly yellow. Violet is scattered even more, but there is less of it in sunlight and the eye is less sensitive to it. In the evening light takes a longer path through the air, most of the blue is lost on the way, and what arrives is orange and red.",
    expected:
      "The sky is blue because air molecules scatter short-wave blue light far more than red; at sunset the long path removes the blue and leaves red and orange.",
    output:
      "The sky looks blue because molecules in the air scatter blue light much more strongly than red. At sunset the path through the air is longer, the blue is lost, and red and orange remain.",
  },
  {
    title: "Soap and grease",
    document:
      "Water and grease do not mix because water molecules hold on to each other and push oil aside. A soap molecule has two ends, one that likes water and one that likes fat. When soap is rubbed on a greasy plate, the fatty ends sink into the grease and the other ends point outward into the water. The grease breaks up into tiny droplets wrapped in soap, which are carried away when rinsed. Hard water spoils the effect, since its calcium joins with soap to form a grey scum. Modern detergents are built so that calcium does not disturb them.",
    expected:
      "Soap molecules have one end that likes fat and one that likes water, so they wrap grease into droplets that can be rinsed off; calcium in hard water turns soap into scum.",
    output:
      "One end of a soap molecule likes fat, the other likes water. They surround grease in small droplets that rinse away, but hard water makes scum.",
  },
  {
    title: "The feel of metal",
    document:
      "A metal railing and a wooden bench that have stood outside all night have the same temperature, yet the railing feels much colder. Skin does not sense temperature as such but the rate at which it loses heat. Metal conducts heat hundreds of times better than wood, so warmth from the hand spreads quickly into the railing and the fingers cool. The wood next to the skin warms up at once and then hardly takes any more. In a sauna it is the other way round: the wooden bench can be sat on at ninety degrees, while a nail head in it burns.",
    expected:
      "Metal feels colder than wood at the same temperature because it conducts heat away from the skin faster; in a sauna, for the same reason, it burns.",
    output:
      "Metal railings are colder than wooden benches because metal stores the cold of the night, and wood does not let the cold in.",
  },
  {
    title: "Why ice floats",
    document:
      "Most substances shrink when they freeze. Water is an exception: its molecules arrange themselves in an open lattice that takes up nine per cent more room. Ice is therefore lighter than water and floats with about a tenth of it above the surface. Water is heaviest at four degrees. In autumn a lake turns over until all of it has reached that temperature; after that the colder, lighter water stays on top and freezes there. The ice then shields the water beneath it, so that fish survive at four degrees on the bottom. The same expansion bursts pipes and splits rocks.",
    expected:
      "Ice floats because water expands by nine per cent when it freezes, and since water is heaviest at four degrees, lakes freeze from the top and fish survive below.",
    output:
      "Water expands by nine per cent when freezing, so ice floats. Lakes freeze from the top because water is heaviest at four degrees, which lets fish survive at the bottom. Pipes can burst.",
  },
  {
    title: "Batteries in the cold",
    document:
      "A battery gives current because a chemical reaction pushes electrons round a circuit. In the cold the reaction slows and the liquid inside becomes thick, so that ions move sluggishly. At minus ten degrees a car battery delivers only about two thirds of its usual current, just when a stiff engine needs more. A telephone may switch itself off in the frost although its battery is half full: the voltage sags under load and the device takes it for empty. Warmed up again, both recover. Charging a frozen lithium cell does lasting harm, however, because metal is deposited inside it.",
    expected:
      "Cold slows the reactions in batteries so that they deliver less current, which returns when they are warmed, but charging frozen lithium cells damages them for good.",
    output:
      "In the cold a battery's chemical reaction slows down and it gives less current. It recovers when warm, but charging a frozen lithium cell does lasting damage.",
  },
  {
    title: "Yeast and dough",
    document:
      "Yeast is a fungus of a single cell. In dough it feeds on sugars that enzymes release from starch, and it gives off carbon dioxide and a little alcohol. The gas collects in bubbles held by gluten, the elastic protein of wheat, and the dough rises. At 28 degrees it doubles within an hour; in a refrigerator it takes a night, and the slow dough tastes better, because acids and other flavours have time to form. Above 45 degrees yeast begins to die, so hot water is a common reason for flat bread. In the oven the last gas expands, the alcohol evaporates, and the crumb sets.",
    expected:
      "Yeast turns sugars in dough into carbon dioxide that gluten traps; a cool, slow rise tastes better, and temperatures above 45 degrees kill the yeast.",
    output:
      "Yeast feeds on sugars in the dough and gives off carbon dioxide, which is trapped by gluten. A slow rise in the cold improves the taste, and too much heat kills yeast.",
  },
  {
    title: "Tides",
    document:
      "The moon pulls on the sea beneath it a little more strongly than on the earth's centre, and on the far side a little less. The water is thus drawn out into two bulges, and as the earth turns, most coasts pass through both each day. Because the moon moves on, the cycle takes 24 hours and 50 minutes, and high water comes later every day. At new and full moon the sun pulls along the same line and tides are large; at half moon they are small. The shape of the coast matters more than either: a narrowing bay can raise half a metre of tide to ten.",
    expected:
      "The moon raises two bulges in the sea, so most coasts have two tides in 24 hours and 50 minutes, larger at new and full moon; the shape of the coast decides their height.",
    output:
      "Tides are a fascinating natural phenomenon that people have observed for thousands of years. They are caused by the moon. The sea goes up and down. Fishermen, swimmers and sailors all need to know about the tides, and tide tables can be bought in many places near the coast. It is recommended to be careful.",
  },
  {
    title: "Rust",
    document:
      "Iron rusts when water and oxygen reach it together; in dry air or in water without oxygen it stays bright. The process is electric. At one spot iron dissolves and gives off electrons, at another oxygen takes them up, and the water between carries the current. Salt makes water a better conductor, which is why cars rust faster near the sea and on gritted roads. Paint keeps water out but fails at the first scratch. Zinc goes further: it dissolves before iron does, so even a scratched galvanised sheet is protected until the zinc around the scratch is used up.",
    expected:
      "Iron rusts through an electric process that needs both water and oxygen and is sped up by salt; zinc protects even scratched iron because it dissolves first.",
    output:
      "Rust needs both water and oxygen. It is an electric process, faster with salt. Zinc protects even scratched iron because it dissolves before the iron does.",
  },
];

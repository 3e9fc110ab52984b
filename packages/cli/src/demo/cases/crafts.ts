import type { DemoCase } from "./DemoCase.ts";

export const crafts: ReadonlyArray<DemoCase> = [
  {
    title: "Sharpening a chisel",
    document:
      "A chisel cuts when two polished faces meet in a line without a radius. The back is flattened first, once in the life of the tool, and only the last two centimetres matter. Then the bevel is ground at 25 degrees and honed at 30, so that only a narrow strip has to be polished. Work on a stone of about 1000 grit until a burr can be felt along the whole back, go on to a fine stone, and take the burr off with light strokes from both sides. A sharp edge shaves end grain of pine without crushing it. Honing little and often saves grinding.",
    expected:
      "To sharpen a chisel flatten the back once, grind the bevel at 25 and hone it at 30 degrees until a burr forms, then polish on a fine stone and remove the burr.",
    output:
      "Flatten the back of the chisel once, grind the bevel at 25 degrees and hone it at 30 until there is a burr. Then use a fine stone and remove the burr.",
  },
  {
    title: "Centring clay",
    document:
      "Before a pot can be thrown the lump has to run true on the wheel. The clay is thrown hard onto the dry middle of the wheel head and wetted. With the wheel turning fast, the left forearm is braced on the thigh and the heel of the hand pushes toward the centre while the right hand presses down. The clay is squeezed up into a cone and pushed down again two or three times, which also lines up its particles. Strength matters less than stillness: hands that follow the wobble make it worse. When a fingertip held against the clay no longer moves, it is centred.",
    expected:
      "Clay is centred by bracing the arms and pressing steadily on the fast-turning lump, coning it up and down, until a fingertip held against it stays still.",
    output:
      "To centre clay you need strong arms. Follow the wobble with your hands until it stops, and only then switch on the wheel.",
  },
  {
    title: "Felting wool",
    document:
      "Wool fibres are covered with scales that all point to the tip. In warm, soapy water the scales open, and when the fibres are rubbed they creep past each other and lock. This cannot be undone, as anyone knows who has washed a jumper too hot. For a flat piece thin layers of combed wool are laid crosswise, wetted with soapy water and pressed until the air is out. They are then rolled in a mat some hundred times from each side. The piece shrinks by a third, so it must be laid out larger. A rinse with vinegar at the end removes the last soap.",
    expected:
      "Wool felts because warm soapy water opens the scales on its fibres, which lock when rubbed; laid crosswise and rolled, a piece shrinks by a third.",
    output:
      "In warm, soapy water the scales of wool fibres open and lock when rubbed. Crosswise layers are wetted, pressed and rolled, and the piece shrinks by a third.",
  },
  {
    title: "Binding a notebook",
    document:
      "A sewn notebook lies flat and loses no pages. Sheets are folded in groups of four, called sections, and pressed overnight. Holes are pierced in the folds with an awl and a card as a guide. The thread, waxed linen, runs in and out along each fold and catches the section below with a kettle stitch at both ends. Then the spine is glued with a flexible paste, lined with a strip of cotton, and left under weight until it is dry. Covers of card are put on last. The grain of all paper must run parallel to the spine, or the pages will curl.",
    expected:
      "To bind a notebook, sew folded sections together with waxed thread, glue and line the spine, and add covers, with the grain of the paper parallel to the spine.",
    output:
      "Fold sheets into sections, pierce and sew them with waxed linen thread, then glue and line the spine and attach the covers. The paper grain has to run parallel to the spine.",
  },
  {
    title: "Dyeing with plants",
    document:
      "Most plant dyes wash out unless the fibre has been treated with a mordant, usually alum. Wool is simmered in it for an hour and may be dried and kept. The dye bath is made from about as much plant as wool by weight: onion skins for orange, weld for yellow, madder root for red, walnut husks for brown. Walnut needs no mordant. The bath is strained and the wool put in lukewarm and heated slowly, madder never above seventy degrees, because it turns brown. Iron makes every colour darker. Two baths from the same plants seldom match, so enough yarn for one garment is dyed at once.",
    expected:
      "Wool is usually treated with alum before it is dyed with plants such as onion skin, weld or madder; since no two baths match, dye all the yarn for a garment at once.",
    output:
      "Plant dyes usually need alum so that they do not wash out. Onion, weld, madder and walnut give different colours. Two baths seldom match, so dye enough at once.",
  },
  {
    title: "Laying bricks in frost",
    document:
      "Mortar needs some days above freezing to set. When the forecast falls below three degrees at night the site stops laying by two in the afternoon, so that the joints have stiffened by evening, and covers the wall with straw mats and foil. Bricks are kept under a sheet, since wet ones draw ice into the joint. Antifreeze salts in the mortar are forbidden because they leave white stains and rust the ties. Warm water in the mix is allowed up to forty degrees. A wall that has frozen while fresh can be told by its crumbling joints, and it has to come down to the last sound course.",
    expected:
      "Below three degrees at night bricklaying stops early and walls and bricks are covered; salts are forbidden, and a wall that froze fresh must be taken down to the last sound course.",
    output:
      "In frost, bricklaying stops at two, the wall is covered and bricks are kept dry. Antifreeze salts are forbidden. A frozen wall must be taken down to the last sound course.",
  },
  {
    title: "Oiling a wooden bowl",
    document:
      "A bowl for food is best finished with an oil that hardens. Linseed and walnut oil do; olive and sunflower oil stay liquid and turn rancid. The bowl is sanded to a fine grain, wiped damp to raise the fibres, and sanded again. Warm oil is rubbed in generously, left for half an hour, and whatever has not soaked in is wiped off, since a thick film stays sticky for weeks. Three coats with two days between them are enough. The rags must be spread out to dry or put in water: crumpled up, they can heat themselves until they catch fire.",
    expected:
      "Finish a food bowl with three thin coats of a hardening oil such as linseed or walnut, and spread the oily rags out because crumpled ones can catch fire.",
    output:
      "Use linseed or walnut oil, which harden, in three thin coats, wiping off what has not soaked in. Spread out the rags, as they can catch fire.",
  },
  {
    title: "Whipping a rope end",
    document:
      "A cut rope frays within days unless its end is bound. For a common whipping a loop of waxed twine is laid along the rope and the long end is wound tightly around both, toward the end, for a length of one and a half times the diameter. The twine is then put through the loop, and pulling the short end draws it under the turns, where both are cut off. It holds well but slips when a single turn is worn through. A sailmaker's whipping is sewn through the strands and lasts far longer. Melting the end works only on synthetic rope and leaves sharp edges.",
    expected:
      "A rope end is kept from fraying by winding waxed twine tightly around it; a sewn whipping lasts longer, and melting works only on synthetic rope.",
    output: "Rope. Twine. Loop.",
  },
];

import type { DemoCase } from "./DemoCase.ts";

export const garden: ReadonlyArray<DemoCase> = [
  {
    title: "Making compost",
    document:
      "Compost needs carbon, nitrogen, water and air. Dry leaves, straw and cardboard bring carbon; grass cuttings and kitchen scraps bring nitrogen. A mix of about two parts dry to one part green, by volume, heats up within days. If the heap smells of ammonia it has too much green; if nothing happens it is too dry or too small. A cubic metre holds its warmth well. Turning it every two weeks lets in air and finishes the job in three months, while an unturned heap takes a year. Cooked food and meat attract rats and are better left out.",
    expected:
      "Good compost mixes two parts dry with one part green material in a heap of about a cubic metre; turning it brings it to maturity in three months instead of a year.",
    output:
      "Compost needs two parts dry material to one part green, in a heap of a cubic metre. Turned every two weeks it is ready in three months instead of a year.",
  },
  {
    title: "Swifts under the roof",
    document:
      "Swifts come back to the same hole in a wall or roof year after year, and they spend only about three months with us. They feed, drink and even sleep on the wing, landing only to nest. When old roofs are repaired the holes are often closed, and the returning birds fly at the wall until they are exhausted. Nest boxes help, provided they hang at least five metres up, out of the midday sun, with free air in front. It may take several summers before a box is used, and playing recorded calls in May and June shortens the wait.",
    expected:
      "Swifts return to the same nest hole each year and suffer when roof repairs close it. Boxes at least five metres up can replace the holes, though birds may take years to use them.",
    output:
      "Swifts go back to the same nesting hole every year, and roof repairs take it from them. Boxes hung at least five metres high are a replacement, but it may take years until they are used.",
  },
  {
    title: "Pruning apple trees",
    document:
      "Young apple trees are pruned for shape, old ones for light. In winter, when the tree is bare, dead and crossing branches are taken out first, then shoots that grow straight up. Each cut is made just outside the collar, the swelling at the foot of a branch, from which the wound closes. No more than a fifth of the crown should go in a year; a tree that loses more answers with a thicket of water shoots. Summer pruning has the opposite effect: it calms growth and lets the sun reach the fruit. Paint on the cuts does no good and may trap damp.",
    expected:
      "Prune apple trees in winter by removing dead, crossing and upright branches just outside the collar, and never more than a fifth of the crown; summer pruning calms growth.",
    output:
      "Prune young trees for shape and old ones for light. In winter remove dead, crossing and upright wood, cutting outside the collar and taking at most a fifth of the crown.",
  },
  {
    title: "Earthworms at work",
    document:
      "A square metre of good meadow holds several hundred earthworms. They pull leaves into their burrows, grind them with grains of soil and leave casts that hold more plant food than the earth around them. Their tunnels carry rainwater down, so that fields with many worms flood less. Deep ploughing cuts the burrows and brings the animals up to the birds, and long periods of bare soil starve them. Leaving straw on the ground, ploughing less often and liming sour land bring them back within a few years. It is not true that a worm cut in two lives on as two worms.",
    expected:
      "Earthworms enrich soil with their casts and drain it with their tunnels; less ploughing, straw cover and liming help their numbers recover.",
    output:
      "If you cut an earthworm in two, both halves live on, which is why ploughing increases the number of worms in a field.",
  },
  {
    title: "A pond without fish",
    document:
      "A wildlife pond does best without fish, which eat tadpoles, larvae and most of what a pond is made for. It needs sun for half the day, a deepest point of eighty centimetres so that it does not freeze through, and one side that slopes gently enough for a hedgehog to climb out. Rainwater is better than tap water, which feeds algae. Plants arrive on their own, but a few native ones speed things up. In the first summer the water usually turns green; this passes when snails and water fleas have multiplied. Leaves should be netted out in October.",
    expected:
      "A wildlife pond should have no fish, be sunny, eighty centimetres deep and gently sloping on one side, and be filled with rainwater; early algae go away by themselves.",
    output:
      "A pond for wildlife should have no fish. It should be in the sun, eighty centimetres deep, with one gentle slope, and filled with rainwater.",
  },
  {
    title: "Saving tomato seed",
    document:
      "Seed from open-pollinated tomatoes comes true, while seed from hybrids does not. Choose a ripe fruit from the best plant, squeeze the pulp into a glass with a little water and leave it in a warm place for three days. A skin of mould forms and dissolves the jelly that keeps the seeds from sprouting. Pour off what floats, rinse the good seeds that have sunk, and dry them on a plate; on paper they stick. When they are dry enough to snap, store them in an envelope with name and year. Kept cool and dark they sprout well for at least five years.",
    expected:
      "To save seed from open-pollinated tomatoes, ferment the pulp for three days, rinse and dry the seeds that sink, and store them labelled in a cool, dark place.",
    output:
      "Squeeze ripe tomato pulp into a glass, let it ferment for three days, rinse the seeds that sink, dry them on a plate and store them cool and dark in a labelled envelope.",
  },
  {
    title: "Hedges as windbreaks",
    document:
      "A wall stops wind and makes it tumble down on the far side, so plants behind it are battered. A hedge lets about half the wind through and slows it without eddies over a distance of ten to fifteen times its height. Mixed hedges of hawthorn, hazel and dogwood also feed birds from May until winter. The price is a strip of dry, shaded soil as wide as the hedge is tall, where little will grow. Hedges are best cut every second year in late winter, after the berries are eaten and before nesting begins, one side at a time.",
    expected:
      "A hedge shelters better than a wall because it slows wind without eddies over ten to fifteen times its height, and it feeds birds, at the price of a dry strip beside it.",
    output:
      "Hedges are nice and green and walls are hard and grey. Many gardeners like hedges, and some prefer walls. Hedges are also home to birds, and birds are good for the garden. There are many kinds of hedges, for example hawthorn, hazel and dogwood, and each of them has its own advantages and disadvantages that one should know before planting.",
  },
  {
    title: "Watering in a dry spell",
    document:
      "During a drought it is better to water seldom and deeply than a little every day. Ten litres a square metre once a week reach the roots, while a daily sprinkling wets only the top centimetre and draws roots upward, where they dry out. Early morning is the best time, since less is lost to the sun than at noon and leaves dry faster than in the evening, which keeps mildew away. A mulch of grass cuttings halves evaporation. Established trees and lawns need no help: brown grass is asleep, not dead, and turns green within two weeks of rain.",
    expected:
      "In dry spells water deeply once a week in the early morning and mulch the soil; lawns and established trees recover by themselves.",
    output:
      "In a drought, water deeply once a week, in the early morning, and mulch. Lawns and established trees recover on their own.",
  },
];

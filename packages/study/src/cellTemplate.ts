/** The cell file that `thioscope new` leaves to be filled in: every quantity a comment, none guessed. */
export const CELL_TEMPLATE = `# The cell, as it was built. Take the # away and write your own numbers; each carries its unit.
# An uncertainty may follow: 5.0 ± 0.1 mg. What is not known stays a comment: it is answered "not computable",
# never guessed. Then name this file in study.yaml (cell: cell.yaml); \`thioscope cell cell.yaml\` checks it.

# name: …                       # what the cell is called in your notes
# diameter: … mm                # of the die
# temperature: … °C
# stack: { pressure: … MPa }    # during cycling
# layers:                       # from the anode to the cathode collector
#   - { role: anode,     composition: { …: … wt%, …: … wt% }, mass: … mg }
#   - { role: separator, composition: { …: 100 wt% }, mass: … mg }
#   - { role: cathode,   composition: { …: … wt%, …: … wt% }, mass: … mg, active: … }
# reference: …                  # what the potential is measured against: Li, Na, LiIn, Na15Sn4
`;

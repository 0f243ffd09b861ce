export const locksMessages = {
  title: 'Locks',
  intro: 'What runs hold while they work, so that no two of them touch the same thing. A run takes all it needs at its start, or does not start.',
  columns: { name: 'Lock', owner: 'Held for', since: 'Since', act: 'Act' },
  exclusive: 'held alone',
  shared: 'shared with others that only share it',
  break: 'Break',
  breakOne: 'Break {name}',
  effect: 'It is held for: {reason}. Whoever holds it starts nothing more until a person decides; a step that is at work goes on to its end.',
  why: 'Why this cannot wait',
  hint: 'A sentence; it is kept in the records.',
  broken: '{name} is free.',
  empty: { title: 'Nothing is locked', text: 'While a run works, what it holds is listed here: the targets that it moves, and the locks that its playbook names.' },
}

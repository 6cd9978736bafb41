/** The fields that the components' forms are made of. */

export { Checks, Fold, Numb, Pick, Section, Segments, Toggle } from './controls'
export { useField, useNode } from './field'
export { SaveAs } from './SaveAs'
export { Area, Formula, Line } from './TextField'

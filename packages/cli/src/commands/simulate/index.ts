/** thioscope simulate: models of the cell; the first word says which. */
import { commandOf } from "../../actions.ts";
import { cellAction } from "./cell.ts";
import { depositionAction } from "./deposition.ts";
import { sweepAction } from "./sweep.ts";

export const command = commandOf("simulate", "models: conversion cathodes, plating around pores and defects", {
  cell: cellAction,
  sweep: sweepAction,
  deposition: depositionAction,
});

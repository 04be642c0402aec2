"""Model files: which activation functions a network holds, and what it learned.

Here are small readers of file formats (`readers`), which turn a file into graphs or into named tensors; the extraction
of element-wise regions from a graph (`regions`), the names of those regions (`matching`), learned parameters
(`learned`), and the records that say all that (`results`). A model is never run, and no code of a file is ever
executed: pickles are interpreted opcode by opcode, with a whitelist of what tensors need.

It may import analysis, curves, registry, language, files, text and errors; writing, figures and the command line stand
above it. It promises that any file, however damaged or hostile, ends in a result or in one `InputError`, within seconds
and within a gigabyte.
"""

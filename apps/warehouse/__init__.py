"""The warehouse: from goods on a shelf to a parcel with the carrier.

Pickers, packers and their lead work here. Nouns: bin, stock balance, stock move, reservation, stock document, carrier;
wave, pick line, shipment, handover. Verbs: reserve, release, post, plan, pick, check, dispatch, report.
"""

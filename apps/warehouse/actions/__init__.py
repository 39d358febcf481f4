"""The verbs of the warehouse."""

from apps.warehouse.actions.count_piece import Counted, count_piece
from apps.warehouse.actions.cutoffs import set_cutoffs
from apps.warehouse.actions.dispatch import Dispatched, dispatch_shipments
from apps.warehouse.actions.export_stock import export_stock
from apps.warehouse.actions.import_waybills import receive_waybills
from apps.warehouse.actions.open_shipment import find_for_bench, open_shipment
from apps.warehouse.actions.papers import issue_daily_pick_list, issue_pick_list
from apps.warehouse.actions.pick import (
    cancel_wave,
    close_finished_waves,
    confirm_pick,
    confirm_rest,
    finish_wave,
    start_wave,
)
from apps.warehouse.actions.plan_chosen import PlannedChoice, plan_chosen
from apps.warehouse.actions.plan_once import plan_once
from apps.warehouse.actions.plan_wave import plan_wave, plan_waves
from apps.warehouse.actions.scan import confirm_remarks, pass_scan_check, scan_item
from apps.warehouse.actions.ship_report import make_ship_report, start_ship_report
from apps.warehouse.actions.take_out import take_out, take_out_ended
from apps.warehouse.actions.waybills import set_waybill

__all__ = [
    "Counted",
    "Dispatched",
    "PlannedChoice",
    "cancel_wave",
    "close_finished_waves",
    "confirm_pick",
    "confirm_remarks",
    "confirm_rest",
    "count_piece",
    "dispatch_shipments",
    "export_stock",
    "find_for_bench",
    "finish_wave",
    "issue_daily_pick_list",
    "issue_pick_list",
    "make_ship_report",
    "open_shipment",
    "pass_scan_check",
    "plan_chosen",
    "plan_once",
    "plan_wave",
    "plan_waves",
    "receive_waybills",
    "scan_item",
    "set_cutoffs",
    "set_waybill",
    "start_ship_report",
    "start_wave",
    "take_out",
    "take_out_ended",
]

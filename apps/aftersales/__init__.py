"""After-sales: goods that come back, and money that goes back.

Customer service announces and asks, the warehouse receives and inspects, a lead decides, finance pays. Nouns: return
order (custody of goods), return reason, refund (the money), ownerless parcel. Verbs: announce, scan, receive, match,
inspect, close, request, approve, refuse, pay.
"""

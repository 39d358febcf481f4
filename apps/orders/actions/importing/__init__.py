"""The set-wise steps by which staged rows become orders: judge, mirror, insert, audit, follow."""

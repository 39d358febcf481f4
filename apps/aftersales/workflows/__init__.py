"""The machines of after-sales: one for goods, one for money."""

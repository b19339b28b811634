class WithoutColons:
    """Labels stand above their fields here, not before them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

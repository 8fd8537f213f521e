"""What the language allows: kinds of elements, their attributes and values, and the objects of the product itself."""

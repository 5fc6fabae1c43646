"""Speed and accuracy, measured beside other programs in the same run."""

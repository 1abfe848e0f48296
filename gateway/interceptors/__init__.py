"""What happens around every call, one behaviour a file, put together by `chain`."""

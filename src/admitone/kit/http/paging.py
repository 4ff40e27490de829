"""Query parameters that ask for a page of a list."""

from typing import Annotated

from litestar.params import QueryParameter

PageNumber = Annotated[int, QueryParameter(ge=0, le=100_000, description="Counts from 0.")]
PageSize = Annotated[int, QueryParameter(ge=1, le=100)]

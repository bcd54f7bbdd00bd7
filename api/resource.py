"""What every resource does the same way: the key, the fence, pages, and requests sent twice."""

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any, ClassVar, cast

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from activity.actors import Actor, ActorKind
from api.authentication import KeyAuthentication, ScopeAllows
from api.formats import AlwaysJSON, JSONParser, JSONRenderer, to_json
from api.idempotency import HEADER, answer_given, keep_answer
from api.paging import DEFAULT_LIMIT, HIGHEST_LIMIT, Keyset, Order, Page, page_of
from api.problems import UnknownParameter
from api.requests import ApiRequest
from api.shapes import Filters, Shape
from businesses import clock
from businesses.keys import note_use
from businesses.models import ApiKey
from businesses.tenancy import acting_for


class AnsweredBefore(Exception):
    """The request is a repetition; `response` is what was answered the first time."""

    def __init__(self, response: Response) -> None:
        self.response = response


class Resource(GenericViewSet[Any]):
    """The base of the views: the business is the key's, and the request acts for it throughout.

    A refused request leaves nothing: what the view did is rolled back, and the transaction goes on.
    """

    authentication_classes = (KeyAuthentication,)
    permission_classes = (ScopeAllows,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJSON
    parser_classes = (JSONParser,)

    serializer_class: type[Shape]
    filters_class: type[Filters] = Filters
    orders: ClassVar[Mapping[str, Order]] = {
        "id": Order("id", "oldest first"),
        "-id": Order("id", "newest first", backwards=True),
    }
    default_order: ClassVar[str] = "id"
    pagination_class = Keyset
    # OPTIONS tells nothing: the schema does.
    metadata_class = None
    lookup_value_converter = "uuid"
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    # drf-spectacular and DRF's routers ask the class; a request asks `rows()`.
    queryset: QuerySet[Any]

    request: ApiRequest
    _can_be_undone = False

    # The middleware has opened a transaction already; what changes has a savepoint of its own.
    @transaction.non_atomic_requests
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._inside:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Recognise the key, act for its business, and see whether this was answered before."""
        if request.method not in SAFE_METHODS:
            # Read whole, once, and no larger than it may be: the parser reads from this.
            request._request.body  # noqa: B018
        super().initial(request, *args, **kwargs)
        key = cast(ApiKey, request.auth)
        self.request.key = key
        self.request.business = key.business
        self.request.actor = Actor(ActorKind.INTEGRATION, key.pk)
        note_use(key=key, now=clock.now())
        # What changes is undone by its own savepoint, and whatever else fails dooms the request.
        self._inside.enter_context(acting_for(key.business, savepoint=False))
        if request.method not in SAFE_METHODS:
            self._inside.enter_context(transaction.atomic())
            self._can_be_undone = True
        if self._may_come_again(request):
            self._replay(request)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AnsweredBefore):
            return exc.response
        answer = super().handle_exception(exc)
        if self._can_be_undone:
            transaction.set_rollback(True)
        return answer

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        is_new = answer.status_code < 300 and "Idempotent-Replayed" not in answer
        if is_new and self._may_come_again(request):
            keep_answer(
                business=self.request.business,
                request=request,
                status=answer.status_code,
                body=to_json(answer.data),
                now=clock.now(),
            )
        return answer

    # --- what resources use ---

    def rows(self) -> QuerySet[Any]:
        """Behind the fence: the rows of the key's business, with what their shape reads."""
        return self.queryset.all()

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows()

    def shown(self, row: Any, status: int = 200) -> Response:
        """The row as its resource reads."""
        return Response(self.serializer_class().to_representation(row), status=status)

    def found(self, key: Any) -> Any:
        """The row afresh, as its resource reads it."""
        return self.rows().get(pk=key)

    def sent(self, shape: type[Shape], *, partial: bool = False) -> dict[str, Any]:
        """What the body says, checked; a body that is not there counts as an empty one."""
        given = shape(data=self.request.data or {}, partial=partial)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def listed(self, rows: QuerySet[Any]) -> Response:
        """A page of these rows, narrowed and ordered as the query says."""
        shape, page = self.serializer_class(), self.paged(rows)
        results = [shape.to_representation(row) for row in page.rows]
        return Response({"results": results, "next": page.next})

    def paged(self, rows: QuerySet[Any]) -> Page:
        """The rows of `listed`, before they are shown."""
        given = self.asked()
        limit, order = given.pop("limit"), given.pop("order")
        given.pop("cursor", None)
        return page_of(
            self.filters_class().narrow(rows, given),
            request=self.request,
            order=self.orders[order],
            limit=limit,
            given=given,
        )

    def asked(self) -> dict[str, Any]:
        """What the query of a list says, checked."""
        asked = self.query_shape()(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        return dict(asked.validated_data)

    @classmethod
    @cache
    def query_shape(cls) -> type[Filters]:
        """What may stand in the query of a list: its filters, and which page of it."""
        fields = {
            "limit": serializers.IntegerField(
                min_value=1, max_value=HIGHEST_LIMIT, default=DEFAULT_LIMIT
            ),
            "order": serializers.ChoiceField(
                choices=[(name, order.says) for name, order in cls.orders.items()],
                default=cls.default_order,
            ),
            "cursor": serializers.CharField(
                required=False, max_length=1000, help_text="From `next` of the page before."
            ),
        }
        return type(f"{cls.__name__}Query", (cls.filters_class,), fields)

    # --- how ---

    def _may_come_again(self, request: Request) -> bool:
        return request.method == "POST" and HEADER in request.headers and bool(request.auth)

    def _replay(self, request: Request) -> None:
        given = answer_given(business=self.request.business, request=request, now=clock.now())
        if given is not None:
            response = Response(orjson.loads(given.body), status=given.status)
            response["Idempotent-Replayed"] = "true"
            raise AnsweredBefore(response)

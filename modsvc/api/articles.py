"""A site says what an article is, and how strictly its comments are to be judged."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g

from modsvc.api.answers import JSON, article_answer, encode
from modsvc.api.auth import need
from modsvc.api.fields import MAX_ID_CHARS
from modsvc.api.parsing import Blueprint, Unprocessable, limit_body
from modsvc.api.schemas import ArticleFactsSchema, KeptArticleSchema

bp = Blueprint("articles", __name__, url_prefix="/v1/articles")
bp.before_request(need({"PUT": "comments:write", "GET": "comments:read"}))
bp.before_request(limit_body(1 << 20))


@bp.put("/<anything:article_id>")
@bp.arguments(ArticleFactsSchema())
@bp.response(200, KeptArticleSchema)
def put(told: dict[str, Any], article_id: str) -> Response:
    """Say what an article is, and in which mode its comments are judged.

    What is left out stays as it was. The modes: `normal`; `strict`, with the policy's stricter
    bands; `premoderate`, every comment is held; `closed`, every comment is rejected. Comments that
    were judged before stay as they are.
    """
    if not 0 < len(article_id) <= MAX_ID_CHARS or "\0" in article_id:
        raise Unprocessable({"id": [f"An id has 1 to {MAX_ID_CHARS} characters, and no NUL."]})
    kept = current_app.extensions["modsvc"].keep_article(g.site, article_id, told)
    return Response(encode(article_answer(kept)), content_type=JSON)


@bp.get("/<anything:article_id>")
@bp.response(200, KeptArticleSchema)
def show(article_id: str) -> Response:
    """Ask what is known of an article."""
    kept = current_app.extensions["modsvc"].keep_article.get(g.site, article_id)
    return Response(encode(article_answer(kept)), content_type=JSON)

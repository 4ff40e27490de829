"""A price level that names its event."""

from admitone.catalogue.domain.drafts import Id, PriceLevelDraft


class EventPriceLevelDraft(PriceLevelDraft, frozen=True, kw_only=True, forbid_unknown_fields=True):
    event_id: Id


def level_draft(draft: EventPriceLevelDraft) -> PriceLevelDraft:
    """Return the level without its event; a new level has no id yet."""
    return PriceLevelDraft(
        name=draft.name,
        price=draft.price,
        fees=draft.fees,
        categories=draft.categories,
        color=draft.color,
    )

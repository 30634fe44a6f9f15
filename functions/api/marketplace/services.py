"""What the marketplace's routes may use."""

from dataclasses import dataclass

from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.exams.service import ExamService
from candlewick.marketplace.house_results import HouseResults
from candlewick.marketplace.members import MemberService
from candlewick.marketplace.moderation.service import ModerationService
from candlewick.marketplace.notices.service import NoticeService
from candlewick.marketplace.payments.service import PaymentService
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.records.service import RecordService
from candlewick.marketplace.reviews.service import ReviewService
from candlewick.marketplace.search.service import SearchService
from candlewick.marketplace.service import ListingService
from candlewick.marketplace.using import ListingUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketplace:
    listings: ListingService
    publisher: Publisher
    authors: AuthorService
    exams: ExamService
    house_results: HouseResults
    search: SearchService
    uses: ListingUse
    reviews: ReviewService
    notices: NoticeService
    moderation: ModerationService
    records: RecordService
    members: MemberService
    payments: PaymentService
    site_url: str

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { listingQueries } from '@/features/marketplace/listing/api'
import { useWriteTerms } from '@/features/marketplace/publish/api'
import { MembersPanel } from '@/features/marketplace/publish/members-panel'
import { PendingVersion } from '@/features/marketplace/publish/pending-version'
import { StandingPanel } from '@/features/marketplace/publish/standing-panel'
import { formOf } from '@/features/marketplace/publish/terms'
import { TermsForm } from '@/features/marketplace/publish/terms-form'
import { type Listing, may } from '@/features/marketplace/schemas'
import { examQueries } from '@/features/trust/exam-api'
import { ExamProgress } from '@/features/trust/exam-progress'
import { ApiError } from '@/lib/problem'

import { VersionTrust } from './listing-trust'

const WHILE_EXAMINED_MS = 2_000

/** What the author of a listing may change: its newest version's way to the public, text, terms, members, standing. */
export function EditListingPage() {
  const { listingId } = useParams({ from: '/shell/marketplace/$listingId/edit' })
  const found = useQuery(listingQueries.one(listingId))
  const listing = found.data
  const isMissing = found.error instanceof ApiError && found.error.status === 404
  if (isMissing || (listing !== undefined && !may(listing, 'edit'))) return <NotFoundPage />
  return (
    <Page
      title={listing?.title ?? 'Strategy'}
      crumb={<Link to="/marketplace/mine">Mine</Link>}
      actions={listing !== undefined && <Ways listing={listing} />}
    >
      {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && (
        <Loading label="Loading the listing">
          <Skeleton height="40rem" />
        </Loading>
      )}
      {listing !== undefined && <Parts listing={listing} />}
    </Page>
  )
}

function Ways({ listing }: { listing: Listing }) {
  return (
    <>
      <ButtonLink
        to="/marketplace/publish"
        search={{ strategyId: listing.strategyId ?? undefined, listing: listing.id }}
      >
        New version
      </ButtonLink>
      {listing.currentVersion !== null && (
        <ButtonLink to="/marketplace/$listingId" params={{ listingId: listing.id }}>
          See it
        </ButtonLink>
      )}
    </>
  )
}

function Parts({ listing }: { listing: Listing }) {
  const write = useWriteTerms(listing.id)
  return (
    <>
      <Pending listing={listing} />
      <TermsForm
        initial={formOf(listing)}
        action="Save text and terms"
        isPending={write.isPending}
        error={write.error}
        onSubmit={(terms) => write.mutate(terms, { onSuccess: () => toast('Saved.') })}
      />
      {listing.visibility === 'private' && <MembersPanel listingId={listing.id} />}
      {listing.standing !== 'draft' && <StandingPanel listing={listing} />}
    </>
  )
}

/** The newest version while it is not the published one. */
function Pending({ listing }: { listing: Listing }) {
  const navigate = useNavigate()
  const versions = useQuery({
    ...listingQueries.versions(listing.id),
    refetchInterval: ({ state }) =>
      state.data?.[0]?.verdict.state === 'running' ? WHILE_EXAMINED_MS : false,
  })
  if (versions.isError) {
    return <Problem error={versions.error} onRetry={() => void versions.refetch()} />
  }
  const newest = versions.data?.[0]
  if (newest === undefined || newest.publishedAt !== null) return null
  return (
    <PendingVersion
      listingId={listing.id}
      version={newest}
      exam={
        newest.verdict.state === 'done' ? (
          <VersionTrust listing={listing} version={newest} />
        ) : (
          <Examination listingId={listing.id} number={newest.number} />
        )
      }
      onPublished={() =>
        void navigate({ to: '/marketplace/$listingId', params: { listingId: listing.id } })
      }
    />
  )
}

function Examination({ listingId, number }: { listingId: string; number: number }) {
  const exam = useQuery(examQueries.progress(listingId, number))
  if (exam.isError) return <Problem error={exam.error} onRetry={() => void exam.refetch()} />
  if (exam.data === undefined) {
    return (
      <Loading label="Loading the examination">
        <Skeleton height="12rem" />
      </Loading>
    )
  }
  return <ExamProgress exam={exam.data} />
}

package ui

import (
	"context"

	"preau/internal/base/i18n"
)

func bannerRole(kind string) string {
	if kind == KindInfo || kind == "" {
		return "region"
	}
	return "alert"
}

func bannerTitle(ctx context.Context, kind string) string {
	switch kind {
	case KindSuccess:
		return i18n.T(ctx, "ui.banner.success")
	case KindError:
		return i18n.T(ctx, "ui.banner.error")
	}
	return i18n.T(ctx, "ui.banner.info")
}

func bannerID(kind string) string {
	if kind == "" {
		kind = KindInfo
	}
	return "banner-" + kind
}
